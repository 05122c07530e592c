"""Aspirations of the demo that have come to an end: answered, fulfilled, accepted into the plan, declined, rejected."""

from __future__ import annotations

from apps.laksa.demo.wish import Wish

FULFILLED = [
    Wish(
        167, "taman", "fulfilled", "Taman bermain di lahan kosong RW 05 Cimone",
        "Lahan kosong di samping pos RW jadi tempat buang puing. Kalau dijadikan taman bermain kecil, anak-anak tidak "
        "perlu lagi main di pinggir jalan raya.",
        17, scene="park", paper="Denah usulan taman RW 05.pdf",
        answer="Lahan tersebut aset kota seluas 420 m². Puing kami bersihkan bulan ini dan alat bermain "
        "dipasang sesudah "
        "lahan diratakan. Denah dari warga kami pakai sebagai dasar gambar kerja.",
        done="Taman bermain selesai: dua ayunan, satu perosotan, bangku, dan pagar rendah. Warga RW 05 merawat "
        "tanamannya bersama petugas pertamanan.",
        news=("Puing sudah diangkut kemarin, warga ikut kerja bakti.", "Ayunan sudah dipasang. Terima kasih semuanya!"),
        said=("Anak saya sekarang setiap sore main di sini.", "Boleh ditambah satu pohon peneduh dekat bangku?"),
    ),
    Wish(
        151, "pejalan", "fulfilled", "Zebra cross dan pelican di depan SDN Sukasari",
        "Setiap jam masuk dan pulang sekolah orang tua harus menahan mobil dengan tangan supaya anak-anak bisa "
        "menyeberang. Mohon zebra cross dan lampu penyeberangan.",
        15, scene="pavement", other="dishub",
        answer="Marka zebra cross dan trotoar landai kami kerjakan dengan anggaran pemeliharaan tahun ini.",
        second="Lampu pelican dipasang setelah marka selesai. Sementara itu petugas mengatur penyeberangan pada pukul "
        "06.15–07.15.",
        done="Zebra cross, rambu zona sekolah, dan tombol pelican sudah berfungsi sejak Senin.",
        said=("Guru piket sangat terbantu.", "Semoga pengemudi ojek daring juga berhenti di belakang garis."),
    ),
    Wish(
        140, "penerangan", "fulfilled", "Penerangan jalan tembus Gondrong–Ketapang",
        "Jalan tembus ini gelap total setelah magrib, padahal dipakai karyawan pabrik pulang kerja. Sudah dua kali ada "
        "penjambretan.",
        10, scene="lamp",
        answer="Kami survei bersama kelurahan: perlu 14 titik lampu. Pemasangan masuk jadwal bulan depan.",
        done="Empat belas lampu LED menyala sejak pekan lalu dan masuk pemantauan Bidang Lalu Lintas.",
        said=("Sekarang berani pulang lewat sini lagi.",),
    ),
    Wish(
        125, "air", "fulfilled", "Pengerukan Kali Sabi di Uwung Jaya sebelum musim hujan",
        "Endapan Kali Sabi sudah setinggi lutut. Setiap hujan dua jam air masuk ke rumah kami. Mohon dikeruk sebelum "
        "musim hujan, bukan sesudahnya.",
        12, scene="flood",
        answer="Pengerukan sepanjang 600 meter dijadwalkan pekan ketiga bulan ini dengan dua alat berat.",
        done="Endapan 1.150 m³ sudah diangkat. Ketinggian air kami pantau lewat papan duga di jembatan Uwung.",
    ),
    Wish(
        118, "kebersihan", "fulfilled", "Bank sampah untuk RW 08 Kunciran",
        "Warga sudah memilah sampah plastik, tetapi tidak ada yang menampung. Mohon didampingi membuat bank sampah dan "
        "dibantu timbangannya.",
        8, kind="suggestion", scene="rubbish",
        answer="Pendamping kami datang Sabtu ini untuk pelatihan pengurus. Timbangan dan buku tabungan kami sediakan.",
        done="Bank Sampah Kunciran Asri buka tiap Sabtu pagi; bulan pertama menerima 318 kg dari 64 keluarga.",
        news=("Pengurus sudah dipilih: dua ibu PKK dan satu karang taruna.",),
    ),
    Wish(
        96, "kesehatan", "fulfilled", "Nomor antrean daring di Puskesmas Cipondoh",
        "Orang tua saya harus datang pukul 05.30 supaya dapat nomor. Tolong ada antrean daring dengan perkiraan jam "
        "dipanggil.",
        9, kind="suggestion",
        answer="Antrean daring diuji coba di tiga puskesmas mulai bulan ini, salah satunya Cipondoh.",
        done="Antrean daring berjalan di Puskesmas Cipondoh; rata-rata menunggu turun dari 95 menjadi 28 menit.",
    ),
    Wish(
        45, "penerangan", "doubted", "Cermin tikungan di Jalan Haji Mencong",
        "Tikungan dekat masjid tertutup pagar tinggi. Pengendara dari dua arah tidak saling melihat, minggu lalu ada "
        "tabrakan.",
        5, scene="traffic",
        answer="Kami setujui. Cermin cembung 80 cm dan garis kejut dipasang pekan depan.",
        done="Cermin tikungan dan tiga baris garis kejut sudah terpasang.",
        reason="Cermin sudah ada, tetapi menghadap ke pagar: mobil dari arah masjid tetap tidak terlihat.",
    ),
    Wish(
        75, "sekolah", "fulfilled", "Jam buka perpustakaan kota sampai malam",
        "Kami pelajar dan pekerja baru bisa ke perpustakaan setelah pukul lima sore, tetapi sudah tutup. Mohon dibuka "
        "sampai pukul delapan malam, paling tidak tiga hari seminggu.",
        13, answer="Kami coba Selasa, Kamis, dan Sabtu sampai pukul 20.00 selama tiga bulan, lalu kami hitung "
        "pengunjungnya.",
        done="Uji coba berhasil: rata-rata 87 pengunjung per malam. Jam malam sekarang tetap.",
        said=("Akhirnya bisa mengerjakan skripsi tanpa harus ke kafe.",),
    ),
    Wish(
        62, "air", "fulfilled", "Sumur resapan di halaman kantor kelurahan",
        "Halaman kantor kelurahan semuanya disemen. Kalau diberi sumur resapan dan lubang biopori, bisa jadi contoh "
        "untuk warga.",
        3, kind="suggestion", visibility="anonymous",
        answer="Usul yang baik. Enam kantor kelurahan kami jadikan percontohan tahun ini.",
        done="Sumur resapan dan 20 biopori sudah dibuat di enam kantor kelurahan, lengkap dengan papan cara "
        "membuatnya.",
        scene="flood",
    ),
]  # fmt: skip

PLANNED = [
    Wish(
        133, "angkutan", "planned", "Halte BRT yang ramah kursi roda di koridor 2",
        "Saya pengguna kursi roda. Di koridor 2 hanya dua halte yang bisa saya naiki sendiri. Mohon semua halte diberi "
        "jalur landai dan celah ke bus dirapatkan.",
        23, paper="Catatan aksesibilitas koridor 2.pdf", other="dpupr",
        answer="Kami memeriksa kesebelas halte bersama pengusul. Sembilan perlu jalur landai; gambar teknis selesai "
        "bulan ini.",
        second="Trotoar menuju halte ikut kami landaikan agar jalurnya tidak terputus.",
        programme="Penataan halte koridor 2 tanpa hambatan",
        done="Sembilan halte masuk rencana kerja tahun depan, dikerjakan berurutan dari Cikokol.",
        news=("Saya sudah diajak survei bersama Dishub. Terima kasih sudah didengar.",),
        said=("Ibu saya pakai tongkat, ini sangat menolong.", "Jangan lupa penunjuk arah dengan huruf braille."),
    ),
    Wish(
        109, "taman", "planned", "Hutan kota di bekas lahan pabrik Jatiuwung",
        "Kecamatan kami paling sedikit pohonnya. Bekas lahan pabrik yang sudah kembali ke kota sebaiknya jadi hutan "
        "kota, bukan ruko lagi.",
        20, scene="tree",
        answer="Sebagian lahan (1,8 ha) dapat dijadikan ruang terbuka hijau. Kajian tanahnya sedang kami kerjakan.",
        programme="Hutan Kota Jatiuwung tahap I",
        done="Tahap pertama seluas 1,8 hektare masuk rencana kerja; sisanya menunggu hasil kajian tanah.",
        said=("Setuju! Udara di sini panas sekali kalau siang.", "Tolong dibuat jalur lari juga."),
    ),
    Wish(
        84, "sekolah", "planned", "Ruang kelas tambahan SDN Periuk 4",
        "Dua rombongan belajar bergantian memakai satu ruang kelas. Anak-anak kelas dua masuk siang dan pulang hampir "
        "magrib.",
        8, answer="Kami membenarkan kekurangan dua ruang kelas di sekolah itu.",
        programme="Pembangunan ruang kelas baru sekolah dasar",
        done="Dua ruang kelas dibangun tahun depan; selama itu satu rombongan menumpang di SDN Periuk 2.",
    ),
    Wish(
        56, "pejalan", "planned", "Jalur sepeda terlindung di Jalan Veteran",
        "Garis cat saja tidak cukup, jalur sepeda selalu dipakai parkir. Mohon dipasang pembatas dari ujung ke ujung.",
        18, kind="criticism", scene="traffic",
        answer="Kami setuju jalur bercat belum aman. Pembatas fleksibel kami rencanakan bersama Dishub.",
        programme="Jalur sepeda terlindung poros Veteran",
        done="Pembatas sepanjang 2,1 km masuk rencana kerja. Penertiban parkir dimulai lebih dahulu.",
        said=("Setiap pagi saya harus zig-zag di antara mobil parkir.",),
        trouble="rude",
    ),
    Wish(
        44, "layanan", "planned", "Data anggaran kelurahan yang mudah dibaca",
        "Tolong anggaran tiap kelurahan ditampilkan dalam tabel sederhana dan bisa diunduh, bukan pindaian PDF.",
        7, kind="suggestion",
        answer="Datanya ada dan boleh dibuka. Bentuk yang mudah dibaca sedang kami siapkan bersama bagian keuangan.",
        programme="Portal data terbuka kelurahan",
        done="Tabel anggaran 104 kelurahan terbit mulai triwulan pertama tahun depan.",
    ),
]  # fmt: skip

DECLINED = [
    Wish(
        122, "penerangan", "declined", "Parkir gratis di seluruh pasar",
        "Parkir di pasar sebaiknya gratis supaya orang tidak pindah belanja ke swalayan.",
        10, reason="Retribusi parkir pasar membiayai petugas, kebersihan, dan perbaikan lahan parkir. Tanpa itu "
        "biayanya "
        "jatuh ke pedagang. Tarif setengah harga pada pukul 05–07 tetap kami pertahankan.",
        answer="Kami bahas dengan pengelola delapan pasar dan jawab setelah hitungannya selesai.",
        said=("Setuju, tarifnya tidak seragam antarpasar.", "Menurut saya wajar bayar asal tertib."),
    ),
    Wish(
        93, "wisata", "declined", "Kembang api tahun baru di bantaran Cisadane",
        "Kota tetangga selalu ramai. Mohon ada kembang api besar tahun baru di tepi Cisadane.",
        4, reason="Bantaran sempit dan tahun lalu arus orang nyaris tidak terkendali. Kami memilih panggung "
        "musik warga di "
        "tiga tempat tanpa kembang api.",
    ),
    Wish(
        69, "angkutan", "declined", "Rute BRT langsung ke Bandara lewat Neglasari",
        "Banyak warga bekerja di bandara. Mohon ada rute langsung tanpa pindah di terminal.",
        12, reason="Jalan menuju gerbang kargo dibatasi pengelola bandara untuk bus besar. Sebagai gantinya mikrotrans "
        "Neglasari–Rawa Bokor ditambah enam unit pada jam masuk kerja.",
        answer="Kami minta izin jalur kepada pengelola bandara; jawabannya kami sampaikan di sini.",
    ),
    Wish(
        38, "taman", "declined", "Kolam renang umum di Taman Elektrik",
        "Di pusat kota belum ada kolam renang murah untuk anak-anak.",
        3, reason="Taman Elektrik adalah jalur hijau dan tidak boleh dibangun menurut rencana tata ruang. Kolam renang "
        "umum terdekat ada di Gelanggang Cibodas, tiket anak Rp5.000.",
    ),
]  # fmt: skip

ANSWERED = [
    Wish(
        64, "kesehatan", "concluded", "Apakah puskesmas melayani warga ber-KTP luar kota?",
        "Orang tua saya baru pindah dan KTP-nya masih dari kota lain. Apakah tetap bisa berobat di puskesmas dekat "
        "rumah?",
        3, kind="question",
        answer="Bisa. Pasien JKN dilayani sebagai kunjungan luar domisili paling banyak tiga kali sebulan; tanpa JKN "
        "berlaku tarif umum menurut perda. Kartu dapat dipindahkan lewat aplikasi Mobile JKN.",
        reason="Pertanyaan sudah terjawab. Terima kasih sudah bertanya.",
    ),
    Wish(
        41, "kebersihan", "concluded", "Ke mana kasur dan lemari bekas dibuang?",
        "Petugas sampah harian tidak mengangkut barang besar. Harus diantar ke mana, dan apakah bayar?",
        5, kind="question",
        answer="Barang besar dijemput gratis setiap Sabtu. Jadwal dan nomor pendaftaran per kecamatan kami lampirkan.",
        said=("Sudah saya coba, dijemput dua hari kemudian.",),
    ),
]  # fmt: skip

REJECTED = [
    Wish(
        104, "usaha", "rejected", "Dukung usaha katering kami untuk acara kota",
        "Katering kami murah dan enak, sudah melayani 200 acara. Mohon dipakai untuk rapat dinas. Hubungi kami "
        "kapan saja.",
        reason="Isinya menawarkan usaha sendiri. Pengadaan makanan rapat dilakukan lewat katalog elektronik, "
        "yang terbuka "
        "untuk semua usaha kecil.",
    ),
    Wish(
        78, "layanan", "dismissed", "Ganti nama jalan di perumahan kami",
        "Nama jalan di blok C mirip dengan blok D, kurir sering salah. Selain itu lampu taman mati dan satpam kurang.",
        1, reason="Menyebut tiga hal sekaligus, sehingga tidak dapat dijawab oleh satu pihak.",
        answer="Ketiganya memang saling berkaitan, mohon dibaca lagi.",
        second="Penilaian tetap: mohon dikirim sebagai tiga aspirasi. Nama jalan perumahan diajukan lewat kelurahan.",
    ),
    Wish(
        53, "sekolah", "granted", "Kuota murid pindahan di SMP negeri",
        "Anak saya pindah mengikuti tugas orang tua dan ditolak tiga sekolah. Mohon ada kuota murid pindahan yang "
        "diumumkan terbuka.",
        6, reason="Menyangkut urusan pribadi satu keluarga.",
        answer="Yang saya minta aturan untuk semua murid pindahan, bukan hanya untuk anak saya.",
        second="Keberatan diterima: yang diusulkan adalah aturan umum.",
        done="Kuota murid pindahan per sekolah kami umumkan tiap semester di laman dinas mulai Januari.",
    ),
    Wish(
        9, "kebersihan", "appealed", "Tindak tegas warung yang buang sampah ke kali",
        "Warung-warung di tepi kali membuang sisa makanan langsung ke air. Mohon ditindak tegas dan diberi "
        "tempat sampah.",
        2, kind="criticism",
        reason="Menyebut nama dan alamat pemilik warung di dalam uraian.",
        answer="Saya hanya menyebut lokasi supaya petugas tidak salah tempat, tanpa nama orang. Mohon dilihat lagi.",
    ),
    Wish(
        31, "layanan", "rejected_hidden", "Pegawai loket ini harus dipecat",
        "Pegawai loket nomor tiga pemalas dan tidak tahu diri, namanya semua orang sudah tahu. Pecat sekarang juga.",
        kind="criticism",
        reason="Memuat hinaan terhadap orang. Keluhan atas layanan loket silakan ditulis tanpa menghina.",
    ),
]  # fmt: skip
ENDED = [*FULFILLED, *PLANNED, *DECLINED, *ANSWERED, *REJECTED]
